// Calls of the server's API, and the ways in which they fail.
import { key } from './key.js';

/** The server said no. */
export class Refusal extends Error {
  /**
   * @param {number} status of HTTP
   * @param {string|Array|undefined} detail a sentence, or the list of wrong fields
   * @param {number} retryAfter seconds; 0 when the server does not say
   */
  constructor(status, detail, retryAfter) {
    super(typeof detail === 'string' ? detail : `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /** The key is missing, or is not accepted. */
  get isAboutKey() {
    return this.status === 401 || (this.status === 403 && /key/i.test(this.message));
  }
}

/** A reason in a refusal's detail, without the words that validators put before it. */
export function sentence(reason) {
  return reason.replace(/^Value error, (.)/, (all, first) => first.toUpperCase());
}

/** Nobody answered, or only somebody on the way. */
export class Unreachable extends Error { }

// Without JSON: a proxy before the service, or an application server in which it is not started yet.
const OTHERS = [404, 405, 500, 502, 503, 504];

/** What stands before the paths of the server's addresses: a proxy may have given it a path of its own. */
const PREFIX = new URL('..', import.meta.url).pathname.slice(0, -1);

async function send(method, path, body, headers = {}) {
  const all = new Headers(headers);
  if (key()) {
    all.set('X-Auth-Key', key());
  }
  const isFile = body instanceof Blob;
  if (body !== undefined) {
    all.set('Content-Type', isFile ? body.type : 'application/json');
  }
  let response;
  try {
    response = await fetch(path, { method, headers: all, body: body === undefined || isFile ? body : JSON.stringify(body) });
  } catch (failure) {
    throw new Unreachable(failure.message);
  }
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

async function refusal(response) {
  let detail;
  try {
    detail = (await response.json()).detail;
  } catch {
    if (OTHERS.includes(response.status)) {
      return new Unreachable(`HTTP ${response.status}`);
    }
  }
  return new Refusal(response.status, detail, Number(response.headers.get('Retry-After')) || 0);
}

/** Seeds that a number would round stay text. */
const LONG_SEED = /("(?:base_)?seed":)(-?\d{16,})(?=[,}])/g;

export function parse(text) {
  return JSON.parse(text.replace(LONG_SEED, '$1"$2"'));
}

async function json(...request) {
  return parse(await (await send(...request)).text());
}

export function generate(request, idempotencyKey) {
  return json('POST', `${PREFIX}/v1/images/generate`, request, { 'Idempotency-Key': idempotencyKey });
}

export function task(id) {
  return json('GET', `${PREFIX}/v1/tasks/${id}`);
}

export function cancel(id) {
  return json('POST', `${PREFIX}/v1/tasks/${id}/cancel`);
}

export function system() {
  return json('GET', `${PREFIX}/v1/system`);
}

/** The adapters that requests may name. */
export async function loras() {
  return (await json('GET', `${PREFIX}/v1/loras`)).loras;
}

/**
 * What the server knows of a picture.
 *
 * @param {Blob} picture PNG, JPEG or WebP, as its type says
 */
export function verify(picture) {
  return json('POST', `${PREFIX}/v1/pictures/verify`, picture);
}

export function health() {
  return json('GET', `${PREFIX}/health`);
}

export function batch(id) {
  return json('GET', `${PREFIX}/v1/history/${id}`);
}

/** Removes a batch with its files; goes on when the page is closed meanwhile. */
export function remove(id) {
  const headers = key() ? { 'X-Auth-Key': key() } : {};
  return fetch(`${PREFIX}/v1/history/${id}?pictures=true`, { method: 'DELETE', keepalive: true, headers })
    .catch((failure) => {
      throw new Unreachable(failure.message);
    }).then(async (response) => {
      const failure = response.ok ? null : await refusal(response);
      if (failure !== null && failure.status !== 404) {
        throw failure;
      }
    });
}

/** The address of the history's first page. */
export function firstPage(query, status) {
  const parameters = new URLSearchParams({ limit: 24 });
  if (query) {
    parameters.set('q', query);
  }
  if (status) {
    parameters.set('status', status);
  }
  return `${PREFIX}/v1/history?${parameters}`;
}

/** A page of the history, with the address of the next one, which is null at the end. */
export async function page(address) {
  const response = await send('GET', address);
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('Link') ?? '');
  return { batches: parse(await response.text()), next: next ? next[1] : null };
}

/** Where a task tells what happens; event streams cannot set headers, so the key stands in the address. */
export function eventsOf(id) {
  return `${PREFIX}/v1/tasks/${id}/events?previews=1${key() ? `&auth_key=${encodeURIComponent(key())}` : ''}`;
}

/**
 * The address of a picture that a task began with; pictures cannot set headers, so the key stands in the address.
 *
 * @param {string} name image or mask_image
 */
export function inputOf(id, name) {
  return `${PREFIX}/v1/tasks/${id}/inputs/${name}${key() ? `?auth_key=${encodeURIComponent(key())}` : ''}`;
}

/** The file at an address of the server. */
export async function file(address) {
  return (await send('GET', address)).blob();
}

/** The address of the PNG that belongs to a preview. */
export function pngOf(imageUrl) {
  return imageUrl.replace(/\.webp$/, '.png');
}

/**
 * The address of all pictures of a batch in one file; downloads cannot set headers, so the key stands in the address.
 */
export function zipOf(batchId) {
  return `${PREFIX}/v1/history/${batchId}/pictures.zip${key() ? `?auth_key=${encodeURIComponent(key())}` : ''}`;
}

/** A new name that nobody else has; randomUUID is there on secure pages only. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
