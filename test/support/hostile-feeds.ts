/** A feed that costs a careless reader minutes or gigabytes; its first item has a title that begins with "t". */
export type HostileFeed = { readonly name: string; readonly text: string };

const feed = (inside: string): string => `<rss version="2.0"><channel><title>T</title>${inside}</channel></rss>`;
const item = (inside: string): string => feed(`<item>${inside}</item>`);
const repeat = (part: string, count: number): string => part.repeat(count);
const entityBomb = Array.from({ length: 40 }, (_, at) => `<!ENTITY a${at + 1} "&a${at};&a${at};&a${at};">`).join('');
const attributes = Array.from({ length: 100_000 }, (_, at) => ` a${at}="v"`).join('');

/** Every kind of feed that has been seen to stop a reader. */
export const hostileFeeds: readonly HostileFeed[] = (
  [
    ['deep elements', item(`<title>t</title><description>${repeat('<div>', 50_000)}</description>`)],
    ['deep escaped elements', item(`<title>t ${repeat('&lt;p&gt;&lt;b&gt;', 50_000)}</title>`)],
    ['100,000 attributes', item(`<title${attributes}>t</title>`)],
    ['100,000 escaped attributes', item(`<title>t</title><description><![CDATA[<a ${attributes}>]]></description>`)],
    ['unclosed tags', item(`<title>t</title><description>${repeat('<a b="', 50_000)}</description>`)],
    ['bare marks', item(`<title>t${repeat('<&', 300_000)}</title>`)],
    ['end tags without an end', item(`<title>t</title>${repeat('</a', 300_000)}`)],
    ['nested entities', `<!DOCTYPE rss [<!ENTITY a0 "lol">${entityBomb}]>${item('<title>t&a40;</title>')}`],
    ['an outside entity', `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>${item('<title>t&x;</title>')}`],
    ['declared prefixes', item(`<title>t</title>${repeat('<x xmlns:p="u"/>', 50_000)}`)],
    ['an author without end', item(`<title>t</title><author>${repeat('a@', 300_000)}</author>`)],
    ['a long date', item(`<title>t</title><pubDate>${repeat('1 ', 300_000)}</pubDate>`)],
    [
      'unclosed CDATA in a title',
      item(`<title>t</title><description>${repeat('<![CDATA[', 100_000)}]]></description>`),
    ],
    ['many items', feed(repeat('<item><title>t</title></item>', 50_000))],
  ] as const
).map(([name, text]) => ({ name, text }));
