// Short messages at the edge of the page.
import { byId, element } from './element.js';

const SHORT = 4000;
const place = byId('toasts');

/** What an open dialog covers is neither seen nor read out: messages go into it, and out of it when it closes. */
function comeToTheFront() {
  const front = document.querySelector('dialog[open]') ?? document.body;
  if (place.parentNode !== front) {
    front.append(place);
  }
}

/**
 * @param {string} text
 * @param {{label: string, act: function, millis: number}} [action] a button, and how long it stays
 */
export function toast(text, action) {
  const message = element('div.toast', {}, element('span', {}, text));
  const takeAway = () => message.remove();
  const timer = setTimeout(takeAway, action?.millis ?? SHORT);
  if (action) {
    message.style.setProperty('--time', `${action.millis}ms`);
    message.classList.add('timed');
    message.append(element('button', { type: 'button', onclick: () => {
      clearTimeout(timer);
      takeAway();
      action.act();
    } }, action.label));
  }
  comeToTheFront();
  place.append(message);
}

// Such events do not bubble
document.addEventListener('close', comeToTheFront, true);
