//! Small pictures of images.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};

/// The longest side of a small picture.
const SIDE: u32 = 480;
const QUALITY: u8 = 80;
/// What is larger is no photo, but a bomb.
const MAX_SIDE: u32 = 16_000;
const MAX_MEMORY: u64 = 192 * 1024 * 1024;

pub(super) const CONTENT_TYPE: &str = "image/jpeg";

/// A small picture as JPEG; nothing, where this is no image that can be read.
pub(super) fn of(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let image = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = if image.width().max(image.height()) > SIDE {
        image.thumbnail(SIDE, SIDE)
    } else {
        image
    };
    small.apply_orientation(orientation);
    let mut encoded = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut encoded, QUALITY);
    on_white(&small).write_with_encoder(encoder).ok()?;
    Some(encoded)
}

/// JPEG knows no transparency.
fn on_white(image: &DynamicImage) -> RgbImage {
    let image = image.to_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        let mix = |colour: u8| {
            let mixed = (u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([mix(red), mix(green), mix(blue)])
    })
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    #[test]
    fn a_picture_keeps_its_shape_and_is_never_made_larger() {
        for (width, height, expected) in [(2000, 1000, (480, 240)), (300, 900, (160, 480)), (20, 10, (20, 10))] {
            for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
                let bytes = encoded(&DynamicImage::new_rgb8(width, height), format);
                let small = image::load_from_memory(&of(&bytes).unwrap()).unwrap();
                assert_eq!((small.width(), small.height()), expected, "{format:?}");
            }
        }
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let bytes = encoded(&DynamicImage::new_rgba8(8, 8), ImageFormat::Png);
        let small = image::load_from_memory(&of(&bytes).unwrap()).unwrap().to_rgb8();
        assert!(small.pixels().all(|pixel| pixel.0.iter().all(|colour| *colour > 250)));
    }

    #[test]
    fn what_is_broken_or_too_large_has_none() {
        let whole = encoded(&DynamicImage::new_rgb8(64, 64), ImageFormat::Png);
        assert!(of(&whole[..40]).is_none());
        assert!(of(b"nonsense").is_none() && of(b"").is_none());
        // A header that promises more than there is, and more than anybody takes.
        let mut bomb = whole;
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(of(&bomb).is_none());
    }
}
