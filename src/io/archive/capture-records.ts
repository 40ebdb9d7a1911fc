/** A reading of an article as WARC records: the request, the answer it was read from, and its text. */
import type { Capture } from '#src/io/db/captures.ts';
import type { StoredResponse } from '#src/io/db/schema.ts';
import { recordIdOf, type WarcEntry } from './warc-writer.ts';

/** A record that holds a document already; the same bytes are not written twice. */
export type WrittenDocument = { readonly recordId: string; readonly url: string; readonly date: string };

/** Headers that told how the body was sent. We keep it decoded: left as they were, they would say that it is not. */
const transferHeaders: ReadonlySet<string> = new Set(['content-encoding', 'transfer-encoding', 'content-length']);

/** The first record of a file: which program wrote it and by which standard. */
export function buildWarcInfo(ledgerName: string, date: string): WarcEntry {
  const fields = [
    'software: claimledger',
    'format: WARC File Format 1.1',
    'conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/',
    `description: ${ledgerName.replace(/[\r\n]+/g, ' ')}`,
  ];
  return {
    type: 'warcinfo',
    recordId: recordIdOf('warcinfo', ledgerName, date),
    url: null,
    date,
    headers: {},
    http: null,
    body: new TextEncoder().encode(fields.map((field) => `${field}\r\n`).join('')),
  };
}

/**
 * The records of one reading, the one that its text was read from first. `body` null = its bytes are no longer kept; `written` is the
 * record that holds the same bytes already. A page that no server answered (taken in from a file) is a resource.
 */
export function buildCaptureRecords(
  capture: Capture,
  document: { readonly body: Uint8Array | null; readonly written: WrittenDocument | null },
): { readonly answer: WarcEntry | null; readonly text: WarcEntry; readonly request: WarcEntry | null } {
  const { response } = capture;
  const url = response?.finalUrl ?? capture.url ?? `urn:claimledger:${encodeURIComponent(capture.name)}`;
  const date = response?.fetchedAt ?? capture.seenAt.toString();
  const head = { url, date, http: null, headers: {} };
  const idOf = (part: string): string => recordIdOf(part, capture.name, String(capture.number), date);
  const answerId = idOf('answer');
  const body = document.body;
  const answer: WarcEntry | null =
    body === null
      ? null
      : { ...head, ...buildAnswer(response, { body, written: document.written }), recordId: answerId };
  return {
    answer,
    request: answer === null || response === null ? null : buildRequest(response, { url, date, idOf }),
    text: {
      ...head,
      type: 'conversion',
      recordId: idOf('text'),
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        ...(answer === null ? {} : { 'WARC-Refers-To': document.written?.recordId ?? answerId }),
      },
      body: new TextEncoder().encode(capture.text),
    },
  };
}

type AnswerPart = Pick<WarcEntry, 'type' | 'headers' | 'http' | 'body'>;

function buildAnswer(
  response: StoredResponse | null,
  document: { readonly body: Uint8Array; readonly written: WrittenDocument | null },
): AnswerPart {
  const { body, written } = document;
  if (response === null) {
    return { type: 'resource', headers: { 'Content-Type': 'application/octet-stream' }, http: null, body };
  }
  const http = {
    startLine: `HTTP/1.1 ${response.status} ${response.status === 200 ? 'OK' : ''}`,
    headers: headersOf(response, body.length),
  };
  if (written === null) return { type: 'response', headers: {}, http, body };
  const headers = {
    'WARC-Profile': 'http://netpreserve.org/warc/1.1/revisit/identical-payload-digest',
    'WARC-Refers-To': written.recordId,
    'WARC-Refers-To-Target-URI': written.url,
    'WARC-Refers-To-Date': written.date,
  };
  return { type: 'revisit', headers, http, body: new Uint8Array() };
}

function headersOf(response: StoredResponse, length: number): Readonly<Record<string, string>> {
  const kept = Object.entries(response.headers).map(([name, value]) =>
    transferHeaders.has(name) ? [`x-archive-orig-${name}`, value] : [name, value],
  );
  return { ...Object.fromEntries(kept), 'content-length': String(length) };
}

/** What was sent, for pages that we asked for ourselves. */
function buildRequest(
  { requestHeaders }: StoredResponse,
  at: { readonly url: string; readonly date: string; readonly idOf: (part: string) => string },
): WarcEntry | null {
  const { url, date, idOf } = at;
  if (requestHeaders === undefined) return null;
  const { host, pathname, search } = new URL(url);
  return {
    type: 'request',
    recordId: idOf('request'),
    url,
    date,
    headers: { 'WARC-Concurrent-To': idOf('answer') },
    http: { startLine: `GET ${pathname}${search} HTTP/1.1`, headers: { host, ...requestHeaders } },
    body: new Uint8Array(),
  };
}
