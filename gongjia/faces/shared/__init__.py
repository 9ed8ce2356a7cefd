"""What every face shares: page classes, policies, components and tokens. See docs in `ui/gallery.html`."""
