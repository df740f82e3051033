/** Content credentials (C2PA): says signed in a picture's file what made it, and reads who says what in others. */
package org.zimage.picture.credentials;
