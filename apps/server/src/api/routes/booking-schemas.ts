import Type from 'typebox';

/** What drivers and those who run the poles are told alike of a booking: which one it is and where. */
export const BookedPlace = {
  id: Type.String(),
  locationId: Type.String(),
  evseUid: Type.String(),
  label: Type.String(),
  place: Type.String(),
  timeZone: Type.String(),
};

/** How it stands. */
export const BookingState = {
  state: Type.String({ description: 'open, used, cancelled, expired or lost' }),
  heldBy: Type.String({ description: 'station, or server: then the answer to other cards keeps it free' }),
};

export const BookingParams = Type.Object({ bookingId: Type.String({ pattern: '^[0-9a-f]{24}$' }) });
