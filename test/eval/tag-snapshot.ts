import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** One tag on the labelled data, as it is compared: the article by name, and what the tag is shown by. Only its hash is kept. */
export type SeenTag = {
  readonly article: string;
  readonly claim: string;
  readonly stance: string;
  readonly quote: string;
};

/** What became of the tags since the snapshot was taken. `lost` holds the lines of the snapshot: it knows no texts. */
export type SnapshotChange = { readonly gained: readonly SeenTag[]; readonly lost: readonly string[] };

// Twelve hexadecimal digits keep thousands of articles apart and tell nothing about any.
const HASH_CHARACTERS = 12;
const file = new URL('./tag-snapshot.txt', import.meta.url);

/** Which tags came and which went, both in the order of their lines; two tags of one claim and stance on an article are one. */
export function compareSnapshot(snapshot: readonly string[], tags: readonly SeenTag[]): SnapshotChange {
  const known = new Set(snapshot);
  const present = new Map(tags.map((tag) => [lineOf(tag), tag]));
  return {
    gained: [...present].filter(([line]) => !known.has(line)).map(([, tag]) => tag),
    lost: snapshot.filter((line) => !present.has(line)),
  };
}

/** The lines of a snapshot of these tags: hash of the article, claim, stance; sorted. */
export function snapshotLines(tags: readonly SeenTag[]): readonly string[] {
  return [...new Set(tags.map(lineOf))].sort();
}

/** Prints what changed for each claim, with the quotes of what was gained, and takes the new snapshot when `isAccepted`. */
export function reportSnapshot(tags: readonly SeenTag[], isAccepted: boolean): void {
  const snapshot = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const { gained, lost } = compareSnapshot(snapshot, tags);
  const articles = new Map(tags.map((tag) => [hashOf(tag.article), tag.article]));
  for (const claim of new Set([...gained.map((tag) => tag.claim), ...lost.map(claimOf)])) {
    const came = gained.filter((tag) => tag.claim === claim);
    const went = lost.filter((line) => claimOf(line) === claim);
    console.log(`  ${claim}: ${came.length} gained, ${went.length} lost`);
    for (const tag of came) console.log(`    + ${tag.article} ${tag.stance}: ${tag.quote}`);
    for (const line of went) {
      const [hash = '', , stance] = line.split(' ');
      console.log(`    - ${articles.get(hash) ?? hash} ${stance}`);
    }
  }
  if (isAccepted) writeFileSync(file, `${snapshotLines(tags).join('\n')}\n`);
  const changeCount = isAccepted ? 0 : gained.length + lost.length;
  console.log(
    `tags on the data: ${snapshotLines(tags).length}, ${changeCount} not as in the snapshot${isAccepted ? ', which was taken anew' : ''}`,
  );
}

function lineOf(tag: SeenTag): string {
  return `${hashOf(tag.article)} ${tag.claim} ${tag.stance}`;
}

function hashOf(article: string): string {
  return createHash('sha256').update(article).digest('hex').slice(0, HASH_CHARACTERS);
}

function claimOf(line: string): string {
  return line.split(' ')[1] ?? '';
}
