import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** The sheet as browsers get it: without comments and indentation. */
const sheet = readFileSync(new URL('./style.css', import.meta.url), 'utf8')
  .replace(/\/\*.*?\*\//gs, '')
  .replace(/(?<!\s)\s*\n\s*/g, ' ')
  .trim();
/** The keys as browsers get them, smaller in the same way. */
const keys = readFileSync(new URL('./keys.js', import.meta.url), 'utf8')
  .replace(/^\s*\/\*\*.*?\*\/\s*/s, '')
  .replace(/^\s+/gm, '')
  .trim();
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="2" fill="#1a1c1e"/><circle cx="4" cy="8" r="2" fill="#86bdf2"/><circle cx="8" cy="8" r="1.5" fill="none" stroke="#b4b8bd"/><path d="M12 5.5 14.5 8 12 10.500 9.500 8z" fill="#f2a468"/></svg>';
const yearSeconds = 31_536_000;

/** The addresses of the style sheet and of the keys. They change with their content, so browsers may keep it for ever. */
export const sheetHref = `/style-${digestOf(sheet)}.css`;
export const keysHref = `/keys-${digestOf(keys)}.js`;

/** Serves the style sheet, the keys and the icon. */
export function addSheet(app: FastifyInstance): void {
  for (const [href, type, text] of [
    [sheetHref, 'text/css; charset=utf-8', sheet],
    [keysHref, 'text/javascript; charset=utf-8', keys],
  ] as const) {
    app.get(href, { schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('cache-control', `public, max-age=${yearSeconds}, immutable`).send(text),
    );
  }
  app.get('/icon.svg', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(icon),
  );
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 10);
}
