/** The HTTP application: its rooms are the routes, who may use them, and how they answer when they cannot. */
package org.zimage.web;
