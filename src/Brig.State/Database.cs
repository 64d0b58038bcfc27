using SQLitePCL;

namespace Brig.State;

/// <summary>
/// The one database of a state root. Many processes have it open at once; each change is one transaction,
/// so any of them may be killed at any instant. Safe to call from several threads; it starts none itself,
/// which the monitor depends on (Microsoft.Data.Sqlite starts a timer thread even without a pool).
/// </summary>
public sealed class Database : IDisposable
{
    private const int BusyMilliseconds = 60_000;

    private readonly string _path;
    private readonly sqlite3 _connection;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, sqlite3_stmt> _statements = [];
    private bool _inTransaction;

    private Database(string path, sqlite3 connection) => (_path, _connection) = (path, connection);

    /// <summary>Opens the database, with its tables made where it is new.</summary>
    public static Database Open(StateRoot root)
    {
        root.Create();
        raw.SetProvider(new SQLite3Provider_sqlite3());
        int result = raw.sqlite3_open_v2(root.Database, out sqlite3 connection, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        Database database = new(root.Database, connection);
        try
        {
            database.Check(result);
            database.Prepare();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement that gives no rows; returns the number of rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (_lock)
        {
            sqlite3_stmt statement = Bound(sql, parameters);
            try
            {
                Step(statement);
                return raw.sqlite3_changes(_connection);
            }
            finally
            {
                Release(statement);
            }
        }
    }

    /// <summary>The rows of a query, each read by <paramref name="read"/>.</summary>
    public List<T> Query<T>(string sql, Func<Row, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        lock (_lock)
        {
            sqlite3_stmt statement = Bound(sql, parameters);
            try
            {
                Row row = new(statement);
                List<T> rows = [];
                while (Step(statement))
                {
                    rows.Add(read(row));
                }

                return rows;
            }
            finally
            {
                Release(statement);
            }
        }
    }

    /// <summary>Does the work in one write transaction (BEGIN IMMEDIATE): all of it is kept, or on an exception nothing. Nested calls join the outer one.</summary>
    public T Transaction<T>(Func<T> work)
    {
        lock (_lock)
        {
            if (_inTransaction)
            {
                return work();
            }

            Execute("BEGIN IMMEDIATE");
            _inTransaction = true;
            try
            {
                T result = work();
                Execute("COMMIT");
                return result;
            }
            catch
            {
                // A statement that failed on a full disk may have rolled back already.
                if (raw.sqlite3_get_autocommit(_connection) == 0)
                {
                    Execute("ROLLBACK");
                }

                throw;
            }
            finally
            {
                _inTransaction = false;
            }
        }
    }

    /// <summary>Does the work in one write transaction.</summary>
    public void Transaction(Action work) => Transaction(() =>
    {
        work();
        return 0;
    });

    public void Dispose()
    {
        foreach (sqlite3_stmt statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.Dispose();
    }

    private void Prepare()
    {
        // The checkpoint at the last close costs more than all the rest of a command: leave it to the automatic one.
        const int SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE = 1006;
        raw.sqlite3_db_config(_connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        raw.sqlite3_busy_timeout(_connection, BusyMilliseconds);
        Execute("PRAGMA synchronous = NORMAL");
        if (Version() == Schema.Version)
        {
            return;
        }

        Query("PRAGMA journal_mode = WAL", row => row.GetString(0));
        Transaction(() =>
        {
            switch (Version())
            {
                case 0:
                    Check(raw.sqlite3_exec(_connection, Schema.Tables));
                    Execute($"PRAGMA user_version = {Schema.Version}");
                    break;
                case Schema.Version: // another process was first
                    break;
                case var other:
                    throw new BrigException(ErrorKind.Unsupported, $"the database is of version {other}, this brig knows {Schema.Version} (use the brig that made it, or another --root)");
            }
        });
    }

    private long Version() => Query("PRAGMA user_version", row => row.GetInt64(0))[0];

    /// <summary>A statement with its parameters; kept for the next call, since preparing costs as much as running.</summary>
    private sqlite3_stmt Bound(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_statements.Remove(sql, out sqlite3_stmt? statement))
        {
            Check(raw.sqlite3_prepare_v2(_connection, sql, out statement));
        }

        foreach ((string name, object? value) in parameters)
        {
            int index = raw.sqlite3_bind_parameter_index(statement, name);
            Check(value switch
            {
                null => raw.sqlite3_bind_null(statement, index),
                string text => raw.sqlite3_bind_text(statement, index, text),
                byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
                int number => raw.sqlite3_bind_int(statement, index, number),
                long number => raw.sqlite3_bind_int64(statement, index, number),
                bool truth => raw.sqlite3_bind_int(statement, index, truth ? 1 : 0),
                _ => throw new ArgumentException($"{name}: a {value.GetType()} cannot be stored", nameof(parameters)),
            });
        }

        return statement;
    }

    private void Release(sqlite3_stmt statement)
    {
        raw.sqlite3_reset(statement);
        raw.sqlite3_clear_bindings(statement);

        // While it ran, a nested call may have prepared the same text again: one of the two is kept.
        if (!_statements.TryAdd(raw.sqlite3_sql(statement).utf8_to_string(), statement))
        {
            statement.Dispose();
        }
    }

    private bool Step(sqlite3_stmt statement)
    {
        int result = raw.sqlite3_step(statement);
        return result == raw.SQLITE_ROW || (result == raw.SQLITE_DONE ? false : throw Error(result));
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Error(result);
        }
    }

    private BrigException Error(int result) => new(
        result is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_IOERR ? ErrorKind.Unavailable : ErrorKind.Internal,
        $"{_path}: {raw.sqlite3_errmsg(_connection).utf8_to_string()}");
}
