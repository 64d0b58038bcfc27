using Brig.Containers;

namespace Brig.Cli.Commands.Networks;

/// <summary>Something of a container that others can reach.</summary>
/// <param name="Scope"><c>everywhere</c>, <c>address</c> (one of the host's), <c>network</c> (the container's own), <c>host</c>, or names of the host's interfaces.</param>
/// <param name="Via"><c>route</c>: the container's own address is reached; <c>rule</c>: packets are sent on before the host's INPUT rules see them; <c>input</c>: those rules hold.</param>
internal sealed record OpenPort(string Address, string Port, string Protocol, string Target, Container Container, string Scope, string Via);
