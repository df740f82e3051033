/** What is decided about every request before it reaches its route: who sends it, and what it may ask for. */
package org.zimage.web.access;
