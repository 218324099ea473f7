import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MinutePlanTest {

    /** Follows the plan from the given time and expects to ring at exactly these times. */
    private static void expect(String line, String after, String... times) {
        MinutePlan plan = MinutePlan.parse(line);
        LocalDateTime at = LocalDateTime.parse(after);
        for (String time : times) {
            Optional<LocalDateTime> next = plan.next(at);
            assertEquals(Optional.of(LocalDateTime.parse(time)), next, "plan " + line + " after " + at);
            at = next.orElseThrow();
        }
    }

    @Test
    void everyMinuteIsStrictlyLaterAndFull() {
        expect("* * * * *", "2030-03-05T10:00", "2030-03-05T10:01", "2030-03-05T10:02");
        expect("* * * * *", "2030-03-05T10:00:59.999", "2030-03-05T10:01");
        expect("* * * * *", "2030-12-31T23:59:30", "2031-01-01T00:00");
    }

    @Test
    void aSingleTimeComesOnceADay() {
        expect("30 6 * * *", "2030-03-05T06:29:59", "2030-03-05T06:30", "2030-03-06T06:30");
        expect("30 6 * * *", "2030-03-05T06:30", "2030-03-06T06:30");
        expect(" 05   06 * *  * ", "2030-03-31T07:00", "2030-04-01T06:05");
    }

    @Test
    void listsAndRangesAllowWhatAnyItemAllows() {
        expect("0,30,10-11 8,20 * * *", "2030-03-05T08:00",
                "2030-03-05T08:10", "2030-03-05T08:11", "2030-03-05T08:30", "2030-03-05T20:00");
        expect("5,5-5 0 * * *", "2030-03-05T00:00", "2030-03-05T00:05", "2030-03-06T00:05");
    }

    @Test
    void stepsBeginWithTheFirstValue() {
        expect("5-20/7 * * * *", "2030-03-05T10:00",
                "2030-03-05T10:05", "2030-03-05T10:12", "2030-03-05T10:19", "2030-03-05T11:05");
        expect("*/25 * * * *", "2030-03-05T10:00", "2030-03-05T10:25", "2030-03-05T10:50", "2030-03-05T11:00");
        expect("0 0 */2 * *", "2030-01-30T00:00", "2030-01-31T00:00", "2030-02-01T00:00", "2030-02-03T00:00");
        expect("0 0 1 */5 *", "2030-01-01T00:00", "2030-06-01T00:00", "2030-11-01T00:00", "2031-01-01T00:00");
        expect("59-59/9,*/99 0 * * *", "2030-03-05T00:00", "2030-03-05T00:59", "2030-03-06T00:00");
    }

    @Test
    void theWeekBeginsOnSunday() {
        expect("0 12 * * 0", "2030-03-05T10:00", "2030-03-10T12:00", "2030-03-17T12:00");
        expect("0 9 * * 1-5", "2030-03-08T09:00", "2030-03-11T09:00");
        expect("0 9 * * 6", "2030-03-08T09:00", "2030-03-09T09:00");
    }

    @Test
    void bothDayFieldsMustAgree() {
        expect("0 0 13 * 5", "2030-01-01T00:00", "2030-09-13T00:00", "2030-12-13T00:00");
    }

    @Test
    void shortMonthsAreSkipped() {
        expect("0 0 31 * *", "2030-01-31T00:00", "2030-03-31T00:00", "2030-05-31T00:00");
        expect("15 3 29 2 *", "2030-01-01T00:00", "2032-02-29T03:15", "2036-02-29T03:15");
    }

    @Test
    void rareDaysAreFoundHoweverFarAway() {
        expect("0 0 29 2 0", "2032-02-29T00:00", "2060-02-29T00:00");
        expect("59 23 29 2 1", "2072-02-29T23:59", "2112-02-29T23:59");
    }

    @Test
    void aPlanThatNeverRingsIsEmptyAndQuick() {
        assertTimeout(Duration.ofSeconds(3), () -> {
            for (String line : new String[] {"0 0 30 2 *", "* * 31 4,6,9,11 *", "59 23 30-31 2 1"}) {
                assertEquals(Optional.empty(), MinutePlan.parse(line).next(LocalDateTime.parse("2030-01-01T00:00")));
            }
        });
    }

    @Test
    void malformedLinesAreRefused() {
        for (String line : new String[] {
            "", "* * * *", "* * * * * *",
            "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *",
            "* * * * 7", "-1 * * * *", "+1 * * * *", "5-3 * * * *", "1-60 * * * *",
            "1,,2 * * * *", "1, * * * *", ",1 * * * *",
            "*/0 * * * *", "*/100 * * * *",
            "5/2 * * * *", "*/ * * * *", "1- * * * *", "*-5 * * * *", "1-2-3 * * * *", "*/2/2 * * * *",
            "* * * jan *", "* * * * sun",
            "\u0661 * * * *", "99999999999 * * * *",
        }) {
            assertThrows(IllegalArgumentException.class, () -> MinutePlan.parse(line), "line \"" + line + "\"");
        }
    }
}
