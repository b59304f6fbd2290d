from resources.models.bookings import Booking, BookingSeries, Feed
from resources.models.facilities import Blackout, Facility, Opening


__all__ = ["Blackout", "Booking", "BookingSeries", "Facility", "Feed", "Opening"]
