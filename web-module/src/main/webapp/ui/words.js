// The page's language.
import en from './words.en.js';
import zh from './words.zh.js';

const LANGUAGES = { en, zh };
const STORED = 'zimage.language';

function preferred() {
  const chosen = localStorage.getItem(STORED);
  if (chosen in LANGUAGES) {
    return chosen;
  }
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? 'en';
}

export const language = preferred();
const words = LANGUAGES[language];

/** The word or sentence of that name, with what belongs into it. */
export function word(name, ...values) {
  const found = words[name];
  if (found === undefined) {
    throw new Error(`The page has no word ${name} in ${language}`);
  }
  return typeof found === 'function' ? found(...values) : found;
}

/** The server's hint for an error code in the page's language. */
export function hint(code, original) {
  return words.hints[code] ?? original ?? words.hints.internal_error;
}

/** Puts the words into what stands in index.html. */
export function translatePage() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
  for (const labelled of document.querySelectorAll('[data-word]')) {
    labelled.textContent = word(labelled.dataset.word);
  }
}

/** The page begins anew in the other language; what is drawn goes on at the server. */
export function switchLanguage() {
  localStorage.setItem(STORED, language === 'en' ? 'zh' : 'en');
  location.reload();
}

const TIME = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : language,
  { dateStyle: 'medium', timeStyle: 'short' });

/** A point in time as people write it. */
export function time(iso) {
  return TIME.format(new Date(iso));
}
