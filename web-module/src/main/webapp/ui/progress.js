// Follows tasks. Browsers open only six connections to a server, so at most two tasks are followed by their event
// streams, the first that are not over; the others wait behind them and are looked up now and then, as is everything
// while the page is hidden.
import * as api from './api.js';
import { lost, whenBack } from './connection.js';

const STREAMS = 2;
const PAUSE = 3000;
const PAUSE_HIDDEN = 15000;
const OVER = ['SUCCESS', 'FAILURE', 'REVOKED'];

const followed = new Map();
let timer = null;

export function isOver(status) {
  return OVER.includes(status);
}

/**
 * Tells about a task from now on, until it is over.
 *
 * @param {string} id
 * @param {function(Object|null)} tell is called with the task's status, at the end with null when it was deleted
 * @param {function(Object)} tellPreview is called with what the picture looks like after a step
 */
export function follow(id, tell, tellPreview) {
  followed.set(id, { id, tell, tellPreview, source: null });
  arrange();
}

function forget(one) {
  one.source?.close();
  followed.delete(one.id);
}

function told(one, status) {
  if (followed.get(one.id) !== one) {
    return;
  }
  if (status === null || isOver(status.status)) {
    forget(one);
  }
  one.tell(status);
  arrange();
}

/** Opens and closes streams as they are due now. */
function arrange() {
  let open = 0;
  for (const one of followed.values()) {
    if (!document.hidden && open < STREAMS) {
      open += 1;
      one.source ??= listen(one);
    } else {
      one.source?.close();
      one.source = null;
    }
  }
  if (followed.size > 0 && timer === null) {
    timer = setTimeout(lookUp, document.hidden ? PAUSE_HIDDEN : PAUSE);
  }
}

function listen(one) {
  const source = new EventSource(api.eventsOf(one.id));
  source.addEventListener('progress', (event) => told(one, api.parse(event.data)));
  source.addEventListener('preview', (event) => followed.get(one.id) === one && one.tellPreview(api.parse(event.data)));
  source.addEventListener('done', (event) => told(one, api.parse(event.data)));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) {
      one.source = null;
    }
  });
  return source;
}

async function lookUp() {
  for (const one of [...followed.values()]) {
    if (one.source?.readyState !== EventSource.OPEN && !await asked(one)) {
      break;
    }
  }
  timer = null;
  arrange();
}

/** @returns whether the server answered */
async function asked(one) {
  try {
    told(one, await api.task(one.id));
    return true;
  } catch (failure) {
    if (failure instanceof api.Unreachable) {
      lost();
      return false;
    }
    if (failure.status === 404) {
      told(one, null);
    }
    return true;
  }
}

document.addEventListener('visibilitychange', arrange);
whenBack(arrange);
