/**
 * Starts and stops the whole system on one machine: PostgreSQL, Redis, Artemis, and Payara Micro with the applications.
 */
package org.zimage.launcher;
