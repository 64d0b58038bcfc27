using System.Globalization;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Images;

/// <summary>Commands about images killed at random moments: nothing that stays is damaged, and what was half made is taken back.</summary>
public sealed class KillTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    /// <summary>More by hand: kill-images.sh.</summary>
    private static readonly int s_rounds = Environment.GetEnvironmentVariable("BRIG_KILL_ROUNDS") is { Length: > 0 } rounds ? int.Parse(rounds, CultureInfo.InvariantCulture) : 30;

    [Fact]
    public void Whatever_is_killed_the_store_is_whole()
    {
        string folder = Directory.CreateTempSubdirectory("brig-e2e-kill-").FullName;
        try
        {
            Host.Shell($"cd {folder} && mkdir -p tree/sub && for i in $(seq 400); do head -c 9000 /dev/urandom > tree/sub/$i; done && head -c 6000000 /dev/urandom > tree/big && tar -cf root.tar -C tree .");
            brig.Do("create", "--name", "used", "--network", "none", BaseImage.Name, "true");
            brig.Do("import", folder + "/root.tar", "app:1");
            brig.Do("run", "--name", "changed", "--network", "none", BaseImage.Name, "sh", "-c", "head -c 4000000 /dev/urandom > /big; cp -a /etc /etc2; rm -rf /usr/share/doc");
            brig.Do("commit", "changed", "app:2");
            brig.Do("save", "-o", folder + "/app.tar", "app:1", "app:2");
            string[][] commands =
            [
                ["load", "-q", "-i", folder + "/app.tar"], ["image", "prune", "-af"], ["import", folder + "/root.tar", "imported"], ["commit", "changed", "again"],
                ["load", "-q", "-i", folder + "/app.tar"], ["rmi", "-f", "app:1", "app:2"], ["image", "convert", "app:2"],
            ];
            int killed = 0;
            for (int round = 0; round < s_rounds; round++)
            {
                string[] command = commands[round % commands.Length];
                using (RunningCommand running = brig.Start(command))
                {
                    Thread.Sleep(Random.Shared.Next(5, 400));
                    killed += running.HasExited ? 0 : 1;
                    running.Kill();
                    running.Wait();
                }

                // Nothing is damaged: what it left is told as that, and the next command takes it back.
                Outcome check = brig.Try("system", "check", "--quick");
                Assert.True(check.ExitCode == 0 && check.Line.Split('\n').All(line => line.EndsWith("is in order", StringComparison.Ordinal) || line.Contains("has no owner", StringComparison.Ordinal)), $"after {string.Join(' ', command)}: {check}");
            }

            Assert.True(killed > 0, "no command was killed in time");
            brig.Do("image", "prune", "-f");
            Assert.Equal("everything is in order", brig.Do("system", "check", "--quick"));
            brig.Do("load", "-q", "-i", folder + "/app.tar");
            Assert.Equal("everything is in order", brig.Do("system", "check"));
            brig.Do("rm", "changed");
            brig.Do("image", "prune", "-af");
            Assert.Equal("1", Host.Shell($"ls {brig.Path}/layers | wc -l"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
