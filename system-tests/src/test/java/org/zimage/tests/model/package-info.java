/** Several models in one system: who draws what, and what everybody is told of it. */
package org.zimage.tests.model;
