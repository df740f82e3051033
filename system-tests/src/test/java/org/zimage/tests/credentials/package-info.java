/** What pictures say, signed, of their origin, as others' verifiers read it. */
package org.zimage.tests.credentials;
