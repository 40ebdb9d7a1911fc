import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordBytesMax } from '#src/io/archive/record-framer.ts';
import { parseRecord, readPayload, readRecords } from '#src/io/archive/warc-reader.ts';
import { makeRecord, makeResponse, packRecords } from '#test/support/warc-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimledger-warc-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The lake is clear.</p>';
const one = makeResponse('https://one.example/', answer);
const two = makeResponse('https://two.example/', answer);
const three = makeResponse('https://three.example/', answer);

/** What is read of a file, as addresses and reasons. */
async function list(bytes: Uint8Array, offset = 0): Promise<readonly string[]> {
  const file = join(folder, 'file.warc');
  writeFileSync(file, bytes);
  const found: string[] = [];
  for await (const raw of readRecords(file, offset)) {
    found.push(raw.kind === 'broken' ? raw.reason : ((await parseRecord(raw.bytes)).url ?? 'no address'));
  }
  return found;
}

const all = ['https://one.example/', 'https://two.example/', 'https://three.example/'];

describe('readRecords', () => {
  test.each<[string, Uint8Array]>([
    ['a member for each record', packRecords([one, two, three])],
    ['all records in one member', gzipSync(Buffer.concat([one, two, three]))],
    ['nothing packed', Buffer.concat([one, two, three])],
    ['line breaks too many', Buffer.concat([one, Buffer.from('\r\n\r\n'), two, three])],
    ['extra fields and names in the members’ heads', withOptionalFields([one, two, three])],
  ])('reads a file with %s', async (_name, bytes) => {
    expect(await list(bytes)).toEqual(all);
  });

  test('begins again at the offset of a record', async () => {
    expect(await list(packRecords([one, two, three]), gzipSync(one).length)).toEqual(all.slice(1));
    expect(await list(Buffer.concat([one, two, three]), one.length)).toEqual(all.slice(1));
  });

  test('goes on behind a damaged member and names what is wrong with it', async () => {
    const damaged = gzipSync(two);
    const middle = Math.floor(damaged.length / 2);
    damaged[middle] = (damaged[middle] ?? 0) ^ 0xff;
    const found = await list(Buffer.concat([gzipSync(one), damaged, gzipSync(three)]));
    expect(found.filter((line) => line.startsWith('https:'))).toEqual([all[0], all[2]]);
    expect(found.length).toBe(3);
  });

  test('goes on behind stray bytes between records', async () => {
    const stray = Buffer.from('This is no record.\r\n\r\nNor this.\n');
    expect(await list(Buffer.concat([one, stray, two, three]))).toEqual([all[0], 'it is no record', all[1], all[2]]);
  });

  test('ends at a record that was cut off, packed or not', async () => {
    expect(await list(Buffer.concat([one, two.subarray(0, two.length - 20)]))).toEqual([all[0], 'it is cut off']);
    const packed = packRecords([one, two]);
    const found = await list(packed.subarray(0, packed.length - 20));
    expect(found[0]).toBe(all[0]);
    expect(found).toHaveLength(2);
  });

  test('passes over a record that is over the limit', async () => {
    const film = makeResponse('https://film.example/', Buffer.alloc(recordBytesMax));
    expect(await list(packRecords([one, film, two]))).toEqual([all[0], 'it is over 16 MB long', all[1]]);
  });

  test('says of a file that is none that nothing in it is a record', async () => {
    expect(await list(Buffer.from('{"url":"https://one.example/"}\n'))).toEqual(['it is cut off']);
  });
});

describe('readPayload', () => {
  const body = '<p>Kestrel copied it.</p>';
  const check = async (headers: string, bytes: string | Uint8Array): Promise<void> => {
    const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n${headers}\r\n`);
    const record = await parseRecord(makeResponse('https://a.example/', Buffer.concat([head, Buffer.from(bytes)])));
    expect(Buffer.from(await readPayload(record, 1_000)).toString()).toBe(body);
  };

  test('undoes chunks and encodings', async () => {
    const chunked = `9\r\n${body.slice(0, 9)}\r\n${(body.length - 9).toString(16)}\r\n${body.slice(9)}\r\n0\r\n\r\n`;
    await check('', body);
    await check('Transfer-Encoding: chunked\r\n', chunked);
    await check('Content-Encoding: gzip\r\n', gzipSync(body));
    await check('Content-Encoding: br\r\n', brotliCompressSync(body));
  });

  test('takes a body as it is whose encodings the archive has undone', async () => {
    await check('Transfer-Encoding: chunked\r\n', body);
    await check('Content-Encoding: gzip\r\n', body);
    await check('Content-Encoding: br\r\n', body);
  });

  test('cuts a bomb at the limit', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n';
    const block = Buffer.concat([Buffer.from(head), gzipSync(Buffer.alloc(10_000_000))]);
    const record = await parseRecord(makeResponse('https://a.example/', block));
    expect((await readPayload(record, 1_000)).length).toBe(1_000);
  });
});

test('parseRecord takes the brackets off an address as wget writes it', async () => {
  const bytes = makeRecord(
    { 'WARC-Type': 'request', 'WARC-Target-URI': '<https://a.example/x>', 'WARC-Date': '2025-02-03T09:00:00Z' },
    'GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n',
  );
  expect(await parseRecord(bytes)).toMatchObject({ type: 'request', url: 'https://a.example/x' });
});

/** Members with the fields that other programs write into their heads (RFC 1952 section 2.3). */
function withOptionalFields(records: readonly Buffer[]): Buffer {
  return Buffer.concat(
    records.map((record) => {
      const plain = gzipSync(record);
      const extra = Buffer.from([4, 0, 1, 2, 3, 4]);
      const head = Buffer.from([0x1f, 0x8b, 8, 4 | 8, 0, 0, 0, 0, 0, 3]);
      return Buffer.concat([head, extra, Buffer.from('page.warc\0'), plain.subarray(10)]);
    }),
  );
}
