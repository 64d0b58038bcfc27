using System.Text;

namespace Brig.Runtime.Conformance.Support;

/// <summary>Reads what a terminal shows on a thread of its own.</summary>
public sealed class TerminalReader
{
    private readonly FileStream _master;
    private readonly StringBuilder _text = new();

    public TerminalReader(FileStream master)
    {
        _master = master;
        new Thread(Read) { IsBackground = true }.Start();
    }

    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public void Until(string text) => Host.Until(() => Text.Contains(text, StringComparison.Ordinal), $"the terminal shows {text}; it shows {Text}");

    public void Type(string text)
    {
        _master.Write(Encoding.UTF8.GetBytes(text));
        _master.Flush();
    }

    private void Read()
    {
        byte[] piece = new byte[4096];
        while (true)
        {
            try
            {
                int got = _master.Read(piece);
                if (got == 0)
                {
                    return;
                }

                lock (_text)
                {
                    _text.Append(Encoding.UTF8.GetString(piece, 0, got));
                }
            }
            catch (IOException)
            {
                // EIO while nobody has the other end open: before the start, and after the end.
                Thread.Sleep(10);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }
}
