// Short messages at the edge of the page.
import { byId, element } from './element.js';

const SHORT = 4000;

/**
 * @param {string} text
 * @param {{label: string, act: function, millis: number}} [action] a button, and how long it stays
 * @returns a function that takes the message away
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
  byId('toasts').append(message);
  return takeAway;
}
