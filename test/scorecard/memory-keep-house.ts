/** A process that throws away what has grown old in the store of a folder's ledger, as the service does at night. */
import { keepHouse } from '#jobs/keep-house.ts';
import { loadConfig } from '#src/config/load.ts';
import { openHouse } from '#src/main.ts';

const cwd = process.cwd();
const config = loadConfig({ file: 'ledger.yaml', env: process.env, cwd });
const { signal } = new AbortController();
await using house = await openHouse(config, { kind: 'command', schema: 'check', ledger: 'stored', signal });
await keepHouse({ isThorough: true }, house.deps);
