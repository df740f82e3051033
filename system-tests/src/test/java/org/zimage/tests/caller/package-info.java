/** Callers of a system, and how they read what comes back: HTTP, messages, a browser, programs in Python, crowds. */
package org.zimage.tests.caller;
