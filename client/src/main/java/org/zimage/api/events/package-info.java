/** What is told of tasks without being asked for: events, webhooks, and the order in which news of a task stand. */
package org.zimage.api.events;
