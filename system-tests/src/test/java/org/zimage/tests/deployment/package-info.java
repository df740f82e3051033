/** The product in other shapes than one machine: several nodes, Payara Server, containers, TLS everywhere. */
package org.zimage.tests.deployment;
