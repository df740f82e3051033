/** Brings the tables of the database to the version that this application needs. */
package org.zimage.schema;
