namespace Brig.Builds.Dockerfiles;

/// <summary>Reads a Dockerfile from its first line to its last and parts it into stages.</summary>
internal sealed class DockerfileParser(string text, string name)
{
    private readonly List<ArgInstruction> _globals = [];
    private readonly List<Stage> _stages = [];
    private readonly List<Instruction> _instructions = [];
    private FromInstruction? _from;

    internal Dockerfile Parse()
    {
        if (text.Length > Dockerfile.SizeLimit)
        {
            throw BrigException.Invalid($"{name}: larger than {Dockerfile.SizeLimit >> 20} MiB");
        }

        PhysicalLines lines = new(text);
        Directives directives = Directives.None;
        Located(() => lines.Number, () => directives = DirectiveReader.Read(lines));

        InstructionReader reader = new(lines, directives.Escape);
        InstructionParser parser = new(directives.Escape);
        bool more = true;
        while (more)
        {
            Located(() => reader.First, () => more = reader.Read() is { } raw && Take(parser.Parse(raw)));
        }

        EndStage();
        return _stages.Count == 0
            ? throw BrigException.Invalid(_globals.Count == 0 ? $"{name}: file with no instructions" : $"{name}: no build stage in current context")
            : new Dockerfile(name, directives, _globals, _stages);
    }

    private bool Take(Instruction instruction)
    {
        switch (instruction)
        {
            case FromInstruction from:
                EndStage();
                _from = from;
                break;
            case ArgInstruction arg when _from is null:
                _globals.Add(arg);
                break;
            default:
                if (_from is null)
                {
                    throw BrigException.Invalid($"no build stage in current context (the first instruction must be FROM, not {instruction.Keyword})");
                }

                _instructions.Add(instruction);
                break;
        }

        return true;
    }

    private void EndStage()
    {
        if (_from is not null)
        {
            _stages.Add(new Stage(_from, [.. _instructions]));
            _instructions.Clear();
        }
    }

    private void Located(Func<int> line, Action parse)
    {
        try
        {
            parse();
        }
        catch (BrigException error)
        {
            string file = name == "Dockerfile" ? "" : name + ": ";
            int number = Math.Max(line(), 1);
            throw Excerpt.Mark(new BrigException(error.Kind, $"{file}dockerfile parse error on line {number}: {error.Message}", error), new SourceLines(number, number));
        }
    }
}
