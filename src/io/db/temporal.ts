/** Lets queries take `Temporal.Instant` as a parameter on any dialect. */
import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from 'kysely';

/** The same dialect, whose connections write instants as ISO text; neither driver knows Temporal. */
export function withInstants(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => patchConnections(dialect.createDriver()),
  };
}

function patchConnections(driver: Driver): Driver {
  const patched = new WeakSet<DatabaseConnection>();
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    const connection = await acquire(options);
    if (!patched.has(connection)) {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = (query, ...rest) => execute(withTextInstants(query), ...rest);
      patched.add(connection);
    }
    return connection;
  };
  return driver;
}

function withTextInstants(query: CompiledQuery): CompiledQuery {
  if (!query.parameters.some((value) => value instanceof Temporal.Instant)) return query;
  const parameters = query.parameters.map((value) => (value instanceof Temporal.Instant ? value.toString() : value));
  return { ...query, parameters };
}
