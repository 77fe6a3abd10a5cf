//! What goes in and out as files, tried from outside.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod flat_memory;
#[cfg(test)]
mod returned;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod usual_files;
