/** Pictures that callers send: how they arrive, and how they are kept until the tasks that begin with them are gone. */
package org.zimage.input;
