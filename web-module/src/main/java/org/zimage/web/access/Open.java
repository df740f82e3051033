package org.zimage.web.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a resource that answers everybody. Every other resource asks for a key, and no cache keeps its answers. The route that a
 * request reaches decides, never the text of its path, because many texts lead to one route.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Open { }
