// Puts the page together.
import { startConnection, whenBack } from './connection.js';
import { remove } from './deletion.js';
import { startDetail } from './detail.js';
import { byId } from './element.js';
import { startGallery } from './gallery.js';
import { key, showKeyButton } from './key.js';
import { begin, resume } from './now.js';
import { startOrigin } from './origin.js';
import { startPrompt } from './prompt.js';
import { startSystem } from './system.js';
import { language, switchLanguage, translatePage, word } from './words.js';

const THEMES = ['auto', 'light', 'dark'];

function showTheme() {
  byId('theme-name').textContent = word('themeName')[document.documentElement.dataset.theme ?? 'auto'];
}

function switchTheme() {
  const root = document.documentElement;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? 'auto') + 1) % THEMES.length];
  if (next === 'auto') {
    delete root.dataset.theme;
    localStorage.removeItem('zimage.theme');
  } else {
    root.dataset.theme = next;
    localStorage.setItem('zimage.theme', next);
  }
  showTheme();
}

translatePage();
byId('language').textContent = word('languageName');
byId('language').lang = language === 'en' ? 'zh-CN' : 'en';
byId('language').setAttribute('aria-label', word('languageLabel'));
byId('language').addEventListener('click', switchLanguage);
byId('theme').addEventListener('click', switchTheme);
showTheme();
if (key()) {
  showKeyButton();
}
startConnection();
startPrompt(begin);
startDetail(remove);
startOrigin();
startSystem();
resume().then(startGallery);
whenBack(resume);
