package org.zimage.tests.faults.oracle;

import java.util.List;

/**
 * What became of the tasks that were accepted.
 *
 * @param accepted their number
 * @param lost those without a row, or without an end
 * @param doubled those that ended twice: two last events, or two pictures
 * @param violations everything that is not as promised, these included
 */
public record Verdict(int accepted, int lost, int doubled, List<String> violations) { }
