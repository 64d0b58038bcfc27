using Brig.Containers.Names;

namespace Brig.Containers.Verbs;

/// <summary>Gives a container another name. What it calls itself inside does not change (semantics.md 65).</summary>
public sealed class RenameContainer(Engine engine)
{
    public void Run(Container container, string name)
    {
        name = ContainerName.Check(name.StartsWith('/') ? name[1..] : name);
        if (name == container.Name)
        {
            throw BrigException.Invalid("Renaming a container with the same name as its current name");
        }

        engine.Table.Rename(container.Id, name);
    }
}
