# syntax=docker/dockerfile:1
# escape=\
# check=skip=all

# a comment
ARG BASE=debian TAG="12 slim"
ARG NODEFAULT
from --platform=linux/amd64 ${BASE}:${TAG} AS Build
  # an indented comment
MAINTAINER someone <a@b>
ENV A=1 B="two words" C=three\ words
ENV OLD the rest of   the line
LABEL "com.example"="x y" plain=z
WORKDIR /app dir
USER app:app
RUN apt-get update \
    # dropped
  && apt-get install -y \

    python3   
RUN ["/bin/echo", "a\tb"]
RUN [ -f /x ] || echo no
RUN --network=none --mount=type=cache,target=/a --mount=type=tmpfs,target=/b true
COPY a b  c/ /dest/
COPY --chown=1:2 --chmod=0644 --link ["with space", "/dst dir/"]
COPY --from=build --parents --exclude=*.md --exclude=*.txt /x /y
ADD --checksum=sha256:00 --unpack=false http://x/y.tar /z
CMD ["python3", "-m", "app"]
CMD python3 -m app
ENTRYPOINT []
EXPOSE 80/tcp 8000-8010 $PORT
VOLUME /data /more
VOLUME ["/da ta"]
STOPSIGNAL SIGINT
SHELL ["/bin/bash", "-c"]
HEALTHCHECK --interval=1m30s --timeout=500ms --retries=3 CMD curl -f http://localhost/
HEALTHCHECK NONE
ONBUILD COPY . /src
