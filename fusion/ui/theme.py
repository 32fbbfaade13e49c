"""The theme: gradio's variables in the colours of assets/head/palette.css, and the visitor's own fonts."""

import gradio as gr

SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "Helvetica Neue",
    "Arial",
    "sans-serif",
)
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")

# Each variable stands for light and dark alike: the sheet gives --lens-* both values.
_VARIABLES = {
    "body_background_fill": "var(--lens-ground)",
    "body_text_color": "var(--lens-ink)",
    "body_text_color_subdued": "var(--lens-muted)",
    "background_fill_primary": "var(--lens-panel)",
    "background_fill_secondary": "var(--lens-ground)",
    "border_color_primary": "var(--lens-line)",
    "border_color_accent": "var(--lens-accent)",
    "block_background_fill": "var(--lens-panel)",
    "block_border_color": "var(--lens-line)",
    "block_label_background_fill": "var(--lens-panel)",
    "block_label_text_color": "var(--lens-muted)",
    "block_title_text_color": "var(--lens-ink)",
    "block_info_text_color": "var(--lens-muted)",
    "input_background_fill": "var(--lens-panel)",
    "input_border_width": "1px",
    "input_border_color": "var(--lens-edge)",
    "input_border_color_focus": "var(--lens-accent)",
    "input_placeholder_color": "var(--lens-muted)",
    "button_primary_background_fill": "var(--lens-accent)",
    "button_primary_background_fill_hover": "var(--lens-accent-strong)",
    "button_primary_text_color": "var(--lens-on-accent)",
    "button_primary_border_color": "transparent",
    "button_secondary_background_fill": "var(--lens-panel)",
    "button_secondary_background_fill_hover": "var(--lens-accent-soft)",
    "button_secondary_text_color": "var(--lens-ink)",
    "button_secondary_border_color": "var(--lens-edge)",
    "button_border_width": "1px",
    "block_radius": "10px",
    "slider_color": "var(--lens-accent)",
    "checkbox_background_color_selected": "var(--lens-accent)",
    "checkbox_border_color": "var(--lens-edge)",
    "checkbox_border_color_selected": "var(--lens-accent)",
    "color_accent": "var(--lens-accent)",
    "color_accent_soft": "var(--lens-accent-soft)",
    "loader_color": "var(--lens-accent)",
    "link_text_color": "var(--lens-accent)",
    "panel_background_fill": "var(--lens-ground)",
}


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in our colours; no font or style sheet comes from another host."""
    base = gr.themes.Base(font=SANS, font_mono=MONO, radius_size="md", spacing_size="md", text_size="md")
    dark = {f"{name}_dark": value for name, value in _VARIABLES.items() if hasattr(base, f"{name}_dark")}
    return base.set(block_shadow="none", button_primary_shadow="none", **_VARIABLES, **dark)
