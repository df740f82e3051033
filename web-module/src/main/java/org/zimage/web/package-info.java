/** The JAX-RS application: its path and its properties. */
package org.zimage.web;
