/** The web server: its guards, its routes, and what it says when something fails. */
import { randomBytes } from 'node:crypto';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { guardReading } from './access.ts';
import { addApi } from './api.ts';
import { addArticlePages } from './article-pages.ts';
import { addClaimPages } from './claim-pages.ts';
import type { ProbeDeps, WebDeps } from './deps.ts';
import { addDigestPages } from './digest-pages.ts';
import { answerWithEtags } from './etag.ts';
import { addFailures } from './failures.ts';
import { addFeeds } from './feeds.ts';
import { readForms } from './forms.ts';
import { addHealth } from './health.ts';
import { addMailPages } from './mail-pages.ts';
import { addMetrics } from './metrics.ts';
import { addPreviewPages } from './preview-pages.ts';
import { addReviewPages } from './review-pages.ts';
import { addSavedQueryPages } from './saved-query-pages.ts';
import { addSettingsPages } from './settings-pages.ts';
import { addSheet } from './sheet.ts';
import { addSignInPages } from './sign-in-pages.ts';
import { addSourcePages } from './source-pages.ts';
import { addStoryPages } from './story-pages.ts';
import { addWorkPages } from './work-pages.ts';

export type { ProbeDeps, WorkDoor } from './deps.ts';

/** The forms are small: a token, a name, an answer. */
const bodyBytesMax = 64 * 1024;
/** A browser sends its request at once; who needs longer holds a connection open on purpose. */
const requestTimeoutMs = 10_000;
/** Node looks this often for requests that take too long; its own half minute would triple their time. */
const connectionsCheckMs = 2_000;
/** As long as Node lets all headers be: an address that is too long for its route is then one that is not there. */
const addressLengthMax = 16_384;
/** 100 requests a second from one address pass, 200 do not. Counted over ten seconds, so that one page with its sheet never stumbles. */
const requestsMax = 1_500;
const requestsWindowMs = 10_000;

/** Pages load nothing but our sheet, our icon and the script of our keys, run nothing else, and stand in no frame. */
const guards: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      scriptSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
  // Plain http on a private address is the usual case; whoever puts TLS before it sets this there.
  strictTransportSecurity: false,
};

/** Builds the server with all its routes; it listens nowhere yet. */
export async function buildWeb(deps: WebDeps): Promise<FastifyInstance> {
  const app = Fastify({
    ...(deps.log === false ? { logger: false } : { loggerInstance: deps.log }),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: connectionsCheckMs },
    // The address of the socket decides, never a header.
    trustProxy: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: addressLengthMax },
    rewriteUrl: (request) => readableUrl(request.url ?? '/'),
    genReqId: () => randomBytes(4).toString('hex'),
    // Visits are counted elsewhere; the log keeps what went wrong.
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addFailures(app, deps);
  await app.register(helmet, guards);
  await app.register(rateLimit, { max: requestsMax, timeWindow: requestsWindowMs });
  guardReading(app, deps);
  answerWithEtags(app);
  addHealth(app, deps);
  addMetrics(app, deps);
  addSheet(app);
  addDigestPages(app, deps);
  addClaimPages(app, deps);
  addArticlePages(app, deps);
  addStoryPages(app, deps);
  addPreviewPages(app, deps);
  addFeeds(app, deps);
  await app.register(async (pages) => addMailPages(pages, deps));
  await app.register(async (pages) => {
    readForms(pages);
    addReviewPages(pages, deps);
    addSourcePages(pages, deps);
    addWorkPages(pages, deps);
    addSettingsPages(pages, deps);
    addSignInPages(pages, deps);
    addSavedQueryPages(pages, deps);
  });
  await app.register(async (api) => addApi(api, deps), { prefix: '/api' });
  await app.ready();
  return app;
}

/** Builds the server of a process that serves no pages: whether it lives, whether it is ready, and its numbers. */
export async function buildProbes(deps: ProbeDeps): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, trustProxy: false, requestTimeout: requestTimeoutMs });
  await app.register(helmet, guards);
  addHealth(app, deps);
  addMetrics(app, deps);
  await app.ready();
  return app;
}

/** The router answers a malformed address by itself, past our guards; as an address that is not there it comes through them. */
function readableUrl(url: string): string {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return url;
  } catch {
    return url.startsWith('/api/') ? '/api/malformed' : '/malformed';
  }
}
