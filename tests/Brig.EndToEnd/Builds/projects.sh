#!/usr/bin/env bash
# Builds of real projects: the example, PostgreSQL from Debian's packages, a Node application from the npm registry, a .NET application with
# this machine's SDK. Needs a Debian tree (/tmp/brig-test-cache/debian.tar, made by test.sh) and the package sources; takes minutes.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
brig=${BRIG_BINARY:-$here/../../../artifacts/brig}
work=$(mktemp -d /var/tmp/brig-projects.XXXXXX)
# The bridge goes a moment after the last step that used it, and what knows of it lies in the folder.
trap 'sleep 3; rm -rf "$work"' EXIT
b() { "$brig" --root "$work/root" --run-root "$work/run" "$@"; }
net=${BUILD_NETWORK:-host}
b import -c 'CMD ["bash"]' /tmp/brig-test-cache/debian.tar debian >/dev/null
tar -C / -cf - etc/apt usr/share/keyrings 2>/dev/null | tar -xf - -C "$work" 2>/dev/null || true
mkdir -p "$work/aptctx"; cp -rL "$work/etc/apt" "$work/aptctx/apt"
[ -d /usr/local/share/ca-certificates ] && cp -r /usr/local/share/ca-certificates "$work/aptctx/ca" || mkdir -p "$work/aptctx/ca"
args=(); for v in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY; do [ -n "${!v-}" ] && args+=(--build-arg "$v=${!v}"); done
build() { local name=$1 context=$2; shift 2; local s=$SECONDS; b build -q --network "$net" "${args[@]}" -t "$name" "$@" "$context" >/dev/null && echo "$name: $((SECONDS - s)) s, again $( { s=$(date +%s%N); b build -q --network "$net" "${args[@]}" -t "$name" "$@" "$context" >/dev/null; echo $((($(date +%s%N) - s) / 1000000)); } ) ms"; }

mkdir "$work/pg"; cat >"$work/pg/Dockerfile" <<'D'
FROM debian
COPY --from=apt apt /etc/apt
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends postgresql >/dev/null
USER postgres
RUN /usr/lib/postgresql/*/bin/initdb -D /tmp/db >/dev/null && /usr/lib/postgresql/*/bin/postgres --version
D
build postgres "$work/pg" --build-context "apt=$work/aptctx"

mkdir "$work/node"; echo '{"name":"app","version":"1.0.0","dependencies":{"is-odd":"3.0.1"}}' >"$work/node/package.json"; echo 'console.log(require("is-odd")(3))' >"$work/node/index.js"
cat >"$work/node/Dockerfile" <<'D'
FROM debian AS node
COPY --from=apt apt /etc/apt
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends nodejs npm ca-certificates >/dev/null
COPY --from=apt ca /usr/local/share/ca-certificates
RUN update-ca-certificates >/dev/null 2>&1; npm config set cafile /etc/ssl/certs/ca-certificates.crt
FROM node AS modules
WORKDIR /app
ARG REGISTRY=https://registry.npmjs.org/
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install --no-audit --no-fund --registry "$REGISTRY"
FROM node
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY index.js .
RUN test "$(node index.js)" = true
CMD ["node", "index.js"]
D
build node-app "$work/node" --build-context "apt=$work/aptctx" --build-arg "REGISTRY=$(npm config get registry 2>/dev/null || echo https://registry.npmjs.org/)"

sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$work/net"; cat >"$work/net/app.csproj" <<'D'
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><InvariantGlobalization>true</InvariantGlobalization><UseAppHost>false</UseAppHost></PropertyGroup></Project>
D
echo 'System.Console.WriteLine("built");' >"$work/net/Program.cs"
cat >"$work/net/Dockerfile" <<'D'
FROM debian AS runtime
COPY --from=apt apt /etc/apt
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends libstdc++6 libssl3 zlib1g >/dev/null
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
FROM runtime AS build
COPY --link --from=sdk . /sdk
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.nuget /sdk/dotnet publish -c Release -o /out -v q
FROM runtime
COPY --from=sdk shared /sdk/shared
COPY --from=sdk host /sdk/host
COPY --from=sdk dotnet /sdk/
COPY --from=build /out /app
RUN test "$(/sdk/dotnet /app/app.dll)" = built
D
build net-app "$work/net" --build-context "apt=$work/aptctx" --build-context "sdk=$sdk"
b system check
