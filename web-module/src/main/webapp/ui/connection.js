// Whether the server answers; while it does not, the page says so and tries again by itself.
import * as api from './api.js';
import { byId } from './element.js';
import { toast } from './toast.js';
import { word } from './words.js';

const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 15;

const returned = new EventTarget();
let pause = FIRST_PAUSE;
let timer = null;

/** Calls when the server is there again after it was away. */
export function whenBack(act) {
  returned.addEventListener('back', act);
}

/** The server did not answer. */
export function lost() {
  if (timer === null) {
    pause = FIRST_PAUSE;
    wait(pause);
    byId('unreachable').hidden = false;
  }
}

function wait(seconds) {
  byId('unreachable-more').textContent = word('unreachableMore', seconds);
  timer = setTimeout(() => (seconds > 1 ? wait(seconds - 1) : attempt()), 1000);
}

async function attempt() {
  clearTimeout(timer);
  try {
    await api.health();
  } catch (failure) {
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    wait(pause);
    return;
  }
  timer = null;
  byId('unreachable').hidden = true;
  toast(word('back'));
  returned.dispatchEvent(new Event('back'));
}

export function startConnection() {
  byId('try-now').addEventListener('click', attempt);
  addEventListener('online', () => timer !== null && attempt());
}
