/* The proleptic Gregorian calendar. */
#include "zone.h"

/* March is the first month, so that a leap day comes last. */
int64_t refd_tzdata__days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

int64_t refd_tzdata__year_of(int64_t days)
{
	int64_t year = 1970 + days / 366; /* at most a few years off for any date we know */

	while (refd_tzdata__days_of(year, 1, 1) > days)
		year--;
	while (refd_tzdata__days_of(year + 1, 1, 1) <= days)
		year++;
	return year;
}

int64_t refd_tzdata__days_in(int64_t year, int64_t month)
{
	return month == 12 ? 31
			   : refd_tzdata__days_of(year, month + 1, 1) -
				     refd_tzdata__days_of(year, month, 1);
}
