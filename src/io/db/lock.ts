/**
 * One process at a time may open the embedded store: two would both commit and silently lose each other's rows. The lock is an
 * exclusive SQLite transaction on a tiny file; the kernel lets go of it when the process dies, so there is no stale lock.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A held lock; disposing lets the next process in. */
export type StoreLock = Disposable;

/** Takes the lock of a data directory, or null when another process holds it. Throws when the directory cannot be made. */
export function takeStoreLock(dataDir: string): StoreLock | null {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = new DatabaseSync(join(dataDir, 'lock'));
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (error instanceof Error && /locked/.test(error.message)) return null;
    throw error;
  }
  return { [Symbol.dispose]: () => file.close() };
}
