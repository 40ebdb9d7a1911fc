/** Adds sources to the ledger file as a person would: a few lines at the end of its list, everything else byte for byte as it was. */
import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isMap, isNode, isSeq, type Node, parseDocument, stringify } from 'yaml';
import { LedgerError } from '#src/core/ledger-error.ts';
import { documentUrl } from '#src/core/url.ts';
import { parseLedger } from './load.ts';
import type { Ledger } from './schema.ts';

/** A source to be written; `name` null leaves the naming to the feed. */
export type AddedSource = { readonly url: string; readonly name: string | null };

/** A changed ledger: the file's new text, what it means, and the sources that were not in it before. */
export type EditedLedger = { readonly text: string; readonly ledger: Ledger; readonly added: readonly AddedSource[] };

/**
 * The ledger's text with those sources that it does not list yet. Comments and layout stay. Throws `LedgerError` `config` when
 * the text has mistakes, before or after.
 */
export function addSources(text: string, sources: readonly AddedSource[]): EditedLedger {
  const listed = new Set(readChecked(text).sources.map(({ url }) => documentUrl(url)));
  const added = sources.filter(({ url }) => !listed.has(documentUrl(url)));
  const changed = added.length === 0 ? text : insertSources(text, added);
  return { text: changed, ledger: readChecked(changed), added };
}

/** The lines that `addSources` writes for these sources, without indentation. */
export function renderSources(sources: readonly AddedSource[]): string {
  const rows = sources.map(({ url, name }) => (name === null ? { url } : { url, name }));
  return stringify(rows, { lineWidth: 0 });
}

/**
 * The same on the file itself, which is replaced as a whole or not at all. Throws `LedgerError` `config` also when it cannot be
 * read or written.
 */
export function addSourcesToFile(file: string, sources: readonly AddedSource[]): EditedLedger {
  const edited = addSources(readText(file), sources);
  if (edited.added.length > 0) writeText(file, edited.text);
  return edited;
}

function insertSources(text: string, added: readonly AddedSource[]): string {
  const document = parseDocument(text);
  const list = document.get('sources', true);
  const end = isSeq(list) && list.flow !== true ? endOf(list) : null;
  const start = isNode(list) ? (list.range?.[0] ?? null) : null;
  if (end === null || start === null) {
    // An empty list, or one written in brackets: there is no line to add to.
    const known = isSeq(list) ? list.toJSON() : [];
    document.set('sources', document.createNode([...known, ...added.map(withoutNull)]));
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const lines = renderSources(added).replace(/^(?=.)/gm, indent);
  const lineEnd = text.indexOf('\n', end - 1);
  const before = lineEnd === -1 ? `${text}\n` : text.slice(0, lineEnd + 1);
  return `${before}${lines}${lineEnd === -1 ? '' : text.slice(lineEnd + 1)}`;
}

/** Where the last value of a block list ends, its comment not counted; null for an empty one. */
function endOf(node: Node): number | null {
  const last = isSeq(node) ? node.items.at(-1) : isMap(node) ? node.items.at(-1)?.value : null;
  if (isNode(last)) return endOf(last);
  return isSeq(node) ? null : (node.range?.[1] ?? null);
}

function withoutNull({ url, name }: AddedSource): { readonly url: string; readonly name?: string } {
  return name === null ? { url } : { url, name };
}

function readChecked(text: string): Ledger {
  const { ledger, mistakes } = parseLedger(text);
  if (ledger !== null) return ledger;
  throw new LedgerError('config', ['Cannot use the ledger:', ...mistakes.map((line) => `  ${line}`)].join('\n'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LedgerError('config', `Cannot read the ledger "${file}": ${messageOf(cause)}`, { cause });
  }
}

function writeText(file: string, text: string): void {
  try {
    const real = realpathSync(file);
    const part = `${real}.new`;
    writeFileSync(part, text, { mode: statSync(real).mode });
    renameSync(part, real);
  } catch (cause) {
    throw new LedgerError('config', `Cannot write the ledger "${file}": ${messageOf(cause)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
