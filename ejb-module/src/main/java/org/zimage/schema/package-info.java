/** Brings the database's tables to the version this application needs. */
package org.zimage.schema;
