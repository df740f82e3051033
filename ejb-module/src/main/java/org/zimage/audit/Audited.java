package org.zimage.audit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a way in, by HTTP or by message, through which something is changed. What was done is recorded where it is done, in its
 * transaction; what the way in refuses is recorded for this mark. A test asks for it at every way in that could change something.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Audited {
  /** What is done. */
  Deed value();

  /** Where such calls come in. */
  Door door() default Door.HTTP;

  /** The parameter of the address that has the object's id; empty for none. */
  String object() default "";
}
