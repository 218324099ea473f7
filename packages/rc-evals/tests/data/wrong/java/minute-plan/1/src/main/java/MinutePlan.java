// Wrong: one of the two day fields is enough, as in other tools.

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says when to ring next. */
public final class MinutePlan {

    private static final Pattern ITEM =
            Pattern.compile("(?:(?<all>\\*)|(?<from>[0-9]+)(?:-(?<to>[0-9]+))?)(?:/(?<step>[0-9]+))?");

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;

    private MinutePlan(String[] fields) {
        minutes = field(fields[0], 0, 59);
        hours = field(fields[1], 0, 23);
        days = field(fields[2], 1, 31);
        months = field(fields[3], 1, 12);
        weekdays = field(fields[4], 0, 6);
    }

    /** Reads a line of five fields. */
    public static MinutePlan parse(String line) {
        String[] fields = line.strip().split(" +");
        if (fields.length != 5) {
            throw new IllegalArgumentException("a plan has five fields, not " + fields.length + ": " + line);
        }
        return new MinutePlan(fields);
    }

    /** Returns the first minute of the plan strictly after the given time. */
    public Optional<LocalDateTime> next(LocalDateTime after) {
        LocalDate today = after.toLocalDate();
        LocalDate end = today.plusYears(50);
        for (LocalDate day = today; !day.isAfter(end); day = day.plusDays(1)) {
            if (!allows(day)) {
                continue;
            }
            boolean first = day.equals(today);
            int startHour = first ? after.getHour() : 0;
            for (int hour = hours.nextSetBit(startHour); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
                int from = first && hour == after.getHour() ? after.getMinute() + 1 : 0;
                int minute = minutes.nextSetBit(from);
                if (minute >= 0) {
                    return Optional.of(day.atTime(hour, minute));
                }
            }
        }
        return Optional.empty();
    }

    private boolean allows(LocalDate day) {
        return months.get(day.getMonthValue())
                && (days.get(day.getDayOfMonth()) || weekdays.get(day.getDayOfWeek().getValue() % 7));
    }

    private static BitSet field(String text, int lowest, int highest) {
        BitSet allowed = new BitSet();
        for (String item : text.split(",", -1)) {
            Matcher match = ITEM.matcher(item);
            if (!match.matches()) {
                throw new IllegalArgumentException("not an item: \"" + item + "\" in " + text);
            }
            boolean all = match.group("all") != null;
            boolean single = !all && match.group("to") == null;
            int from = all ? lowest : Integer.parseInt(match.group("from"));
            int to = all ? highest : single ? from : Integer.parseInt(match.group("to"));
            int step = match.group("step") == null ? 1 : Integer.parseInt(match.group("step"));
            if (from < lowest || to > highest || from > to) {
                throw new IllegalArgumentException("not between " + lowest + " and " + highest + ": " + item);
            }
            if (step < 1 || step > 99 || (single && match.group("step") != null)) {
                throw new IllegalArgumentException("a step that is not allowed: " + item);
            }
            for (int value = from; value <= to; value += step) {
                allowed.set(value);
            }
        }
        return allowed;
    }
}
