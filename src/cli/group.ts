/** The stage command `group`: which articles repeat each other's words and which tell of one event, in the order they are given. */
import { z } from 'zod';
import { siteHost } from '#src/core/feed/entry.ts';
import { type ArchivePlace, StoryArchive } from '#src/core/story/archive.ts';

const id = z.union([z.string(), z.number()]);
const articleLine = z.object({
  id,
  title: z.string().nullish(),
  text: z.string(),
  url: z.url().nullish(),
  host: z.string().nullish(),
  outlet: z.string().nullish(),
  byline: z.string().nullish(),
  publishedAt: z.iso.datetime({ offset: true }).nullish(),
});
type Line = z.output<typeof articleLine>;

/** What is printed for an article: the ids are those of the lines. `pairs` are all earlier articles whose words it has. */
export type GroupedLine = {
  readonly id: string | number;
  readonly story: number;
  readonly role: ArchivePlace['role'];
  readonly repeats: string | number | null;
  readonly origin: string | number;
  readonly pairs: readonly {
    readonly a: string | number;
    readonly b: string | number;
    readonly predicted: 'copy' | 'spun';
    readonly sameWords: number;
  }[];
};

/** A grouper that has seen nothing yet. It takes parsed lines one by one; a line without a date counts as old as the one before it. */
export function openGrouper(): (line: unknown) => GroupedLine {
  const archive = new StoryArchive();
  const ids: Line['id'][] = [];
  let appearedAt = 0;
  return (input) => {
    const line = articleLine.parse(input);
    const number = ids.push(line.id) - 1;
    const idOf = (known: number): Line['id'] => ids[known] ?? line.id;
    if (line.publishedAt) appearedAt = Temporal.Instant.from(line.publishedAt).epochMilliseconds;
    const place = archive.add({
      id: number,
      appearedAt,
      outlet: line.outlet ?? '',
      site: line.host ?? (line.url ? siteHost(line.url) : `line ${number}`),
      title: line.title ?? '',
      text: line.text,
      byline: line.byline ?? null,
      linkedSites: new Set(),
    });
    return {
      id: line.id,
      story: place.story,
      role: place.role,
      repeats: place.repeatsId === null ? null : idOf(place.repeatsId),
      origin: idOf(place.originId),
      pairs: place.pairs.map((pair) => ({
        a: line.id,
        b: idOf(pair.id),
        predicted: pair.kind,
        sameWords: Math.round(pair.sameWords * 1000) / 1000,
      })),
    };
  };
}
