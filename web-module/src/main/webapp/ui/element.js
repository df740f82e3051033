// Makes elements; text is always text, never markup.

/**
 * @param {string} name of the element, with classes: 'button.quiet'
 * @param {Object} properties set as properties; names with a dash, and role, as attributes; on… as listeners
 * @param {...(Node|string|null|undefined)} children
 */
export function element(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const made = document.createElement(tag);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) {
      continue;
    }
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (key.includes('-') || key === 'role') {
      made.setAttribute(key, value);
    } else {
      made[key] = value;
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A symbol of icons.svg; it says nothing to those who do not see it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Says of an input whether what stands in it is wrong. */
export function markWrong(input, isWrong) {
  if (isWrong) {
    input.setAttribute('aria-invalid', 'true');
  } else {
    input.removeAttribute('aria-invalid');
  }
}

/** Says something to those who listen to the page instead of looking at it. */
export function speak(text) {
  byId('spoken').textContent = text;
}
