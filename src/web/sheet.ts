import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/** The sheet as browsers get it: without comments and indentation. */
const sheet = readFileSync(new URL('./style.css', import.meta.url), 'utf8')
  .replace(/\/\*.*?\*\//gs, '')
  .replace(/(?<!\s)\s*\n\s*/g, ' ')
  .trim();
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="2" fill="#1a1c1e"/><circle cx="4" cy="8" r="2" fill="#86bdf2"/><circle cx="8" cy="8" r="1.5" fill="none" stroke="#b4b8bd"/><path d="M12 5.5 14.5 8 12 10.500 9.500 8z" fill="#f2a468"/></svg>';
const yearSeconds = 31_536_000;

/** The address of the style sheet. It changes with its content, so browsers may keep it for ever. */
export const sheetHref = `/style-${createHash('sha256').update(sheet).digest('base64url').slice(0, 10)}.css`;

/** Serves the style sheet and the icon. */
export function addSheet(app: FastifyInstance): void {
  app.get(sheetHref, { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', `public, max-age=${yearSeconds}, immutable`)
      .send(sheet),
  );
  app.get('/icon.svg', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(icon),
  );
}
