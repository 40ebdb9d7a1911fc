/** The secret that signs the links in mails, when the environment gives none: a file in the data directory, for its owner only. */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinkKeys } from '#src/core/mail/link.ts';

const fileName = 'link-key';
const keyBytes = 32;

/** The keys of `secret` (one a line, or parted by blanks), else those of the file, which is made when it is missing. */
export async function openLinkKeys(options: {
  readonly secret: string | null;
  readonly dataDir: string;
}): Promise<LinkKeys> {
  const given = options.secret === null ? null : splitKeys(options.secret);
  return given ?? (await readKeyFile(options.dataDir)) ?? (await makeKeyFile(options.dataDir));
}

async function makeKeyFile(dataDir: string): Promise<LinkKeys> {
  const key = randomBytes(keyBytes).toString('base64url');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Written beside and linked: a process that starts at the same moment finds the whole key or none, and the first link stays.
  const part = join(dataDir, `${fileName}.${randomUUID()}`);
  await writeFile(part, `${key}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(part, join(dataDir, fileName));
    return [key];
  } catch (error) {
    const made = await readKeyFile(dataDir);
    if (made !== null) return made;
    throw error;
  } finally {
    await rm(part);
  }
}

async function readKeyFile(dataDir: string): Promise<LinkKeys | null> {
  try {
    return splitKeys(await readFile(join(dataDir, fileName), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function splitKeys(text: string): LinkKeys | null {
  const [first, ...others] = text.split(/\s+/).filter((key) => key !== '');
  return first === undefined ? null : [first, ...others];
}
