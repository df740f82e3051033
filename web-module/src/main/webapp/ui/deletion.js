// Deleting, which can be undone for a while.
import * as api from './api.js';
import { lost } from './connection.js';
import * as gallery from './gallery.js';
import * as now from './now.js';
import { toast } from './toast.js';
import { word } from './words.js';

const TIME_TO_UNDO = 8000;
const waiting = new Map();

/** Deletes a batch unless that is undone in time. */
export function remove(batchId) {
  gallery.hide(batchId);
  now.drop(batchId);
  waiting.set(batchId, setTimeout(() => finish(batchId), TIME_TO_UNDO));
  toast(word('removed'), { label: word('undo'), millis: TIME_TO_UNDO, act: () => undo(batchId) });
}

function undo(batchId) {
  clearTimeout(waiting.get(batchId));
  waiting.delete(batchId);
  gallery.unhide(batchId);
}

async function finish(batchId) {
  waiting.delete(batchId);
  try {
    await api.remove(batchId);
    gallery.drop(batchId);
  } catch (failure) {
    if (failure instanceof api.Unreachable) {
      lost();
    }
    toast(word('notRemoved'));
    gallery.unhide(batchId);
  }
}

// Who leaves the page does not want to undo
addEventListener('pagehide', () => {
  for (const [batchId, timer] of waiting) {
    clearTimeout(timer);
    finish(batchId);
  }
});
