// The pictures that a task began with, to begin with them again.
import * as api from './api.js';
import { readPicture } from './picture-file.js';
import { word } from './words.js';

/**
 * @param {string} taskId
 * @param {{image: string|undefined, mask_image: string|undefined}} result which of them it has
 * @returns {Promise<{image: Object, mask: Object|null}|null>} null when it began with none
 * @throws {Error} with words for people when the server has them no more
 */
export async function inputsOf(taskId, result) {
  if (!result.image) {
    return null;
  }
  return { image: await input(taskId, 'image'), mask: result.mask_image ? await input(taskId, 'mask_image') : null };
}

async function input(taskId, name) {
  try {
    return await readPicture(await api.file(api.inputOf(taskId, name)));
  } catch (failure) {
    throw failure.status === 404 ? new Error(word('inputGone')) : failure;
  }
}

/** The same as a request has them. */
export function inputsToSend(inputs) {
  return inputs === null ? {} : { image: inputs.image.source, ...(inputs.mask ? { mask_image: inputs.mask.source } : {}) };
}
